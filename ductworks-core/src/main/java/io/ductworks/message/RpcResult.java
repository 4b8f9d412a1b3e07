package io.ductworks.message;

import java.io.IOException;

import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.protocol.RpcId;
import io.ductworks.internal.protocol.RpcWriter;
import org.jspecify.annotations.Nullable;

/**
 * The result of a request of JSON-RPC that is to be sent.
 *
 * @param id the request's id
 * @param content the result
 */
record RpcResult(RpcId id, @Nullable Object content) implements Outgoing {

	@Override
	public void write(MessageCodec codec, PayloadBuffer buffer) throws IOException {
		buffer.append(RpcWriter.result(this.id));
		Outgoing.encode(this.content, codec, buffer);
		buffer.write('}');
	}

}
