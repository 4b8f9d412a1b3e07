package io.ductworks.internal.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.protocol.RpcMessage.Answer;
import io.ductworks.internal.protocol.RpcMessage.Call;
import io.ductworks.internal.protocol.RpcMessage.Fault;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a payload was read as, with the texts of its parts.
 */
record Rpc(RpcMessage message, byte[] payload) {

	static Rpc read(String payload) {
		return read(payload.getBytes(StandardCharsets.UTF_8));
	}

	static Rpc read(byte[] payload) {
		return new Rpc(RpcReader.read(payload, true), payload);
	}

	/** Reads it as it would be written: with {@code '} in place of {@code "}. */
	static Rpc readQuoted(String payload) {
		return read(payload.replace('\'', '"'));
	}

	Call call() {
		assertThat(this.message).isInstanceOf(Call.class);
		return (Call) this.message;
	}

	Answer answer() {
		assertThat(this.message).isInstanceOf(Answer.class);
		return (Answer) this.message;
	}

	Fault fault() {
		assertThat(this.message).isInstanceOf(Fault.class);
		return (Fault) this.message;
	}

	@Nullable String params() {
		return text(call().params());
	}

	@Nullable String result() {
		return text(answer().result());
	}

	@Nullable String error() {
		return text(answer().error());
	}

	@Nullable String text(@Nullable Part part) {
		return (part != null) ? new String(this.payload, part.offset(), part.length(), StandardCharsets.UTF_8) : null;
	}

	static @Nullable String json(@Nullable RpcId id) {
		return (id != null) ? new String(id.json(), StandardCharsets.UTF_8) : null;
	}

	static RpcId id(String json) {
		RpcId id = Rpc.read("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":" + json + "}").call().id();
		assertThat(id).isNotNull();
		return id;
	}

	static JsonNode tree(byte[] payload, Part part) throws IOException {
		return (JsonNode) MessageCodec.json().decode(payload, part.offset(), part.length(), JsonNode.class);
	}

}
