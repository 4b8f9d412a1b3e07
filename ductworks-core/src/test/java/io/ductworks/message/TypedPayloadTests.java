package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ductworks.NothingLeftBehind;
import io.ductworks.codec.MessageCodec;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Payloads that need their generic type to be written whole.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class TypedPayloadTests implements DuctFixture {

	private static final Type SHAPES = new TypeReference<List<Shape>>() {
	}.getType();

	private static final List<Shape> BOTH = List.of(new Circle(2), new Square(3));

	private static final String WITH_TYPES = "[{\"kind\":\"circle\",\"radius\":2},{\"kind\":\"square\",\"side\":3}]";

	private static final String WITHOUT_TYPES = "[{\"radius\":2},{\"side\":3}]";

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	interface Shape {

	}

	record Circle(int radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

	@Test
	void sendWhenListIsUntypedThenItsElementsAreWrittenWithoutTypes() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			parent.send(BOTH);

			assertThat(peer.receive()).isEqualTo(WITHOUT_TYPES);
		}
	}

	@Test
	void sendWhenListIsTypedThenItsElementsAreWrittenWithTypes() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			parent.send(TypedPayload.of(BOTH, SHAPES));

			assertThat(peer.receive()).isEqualTo(WITH_TYPES);
		}
	}

	@Test
	void sendAllWhenSomeAreTypedThenOnlyThoseAreWrittenWithTypes() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			parent.sendAll(List.of(TypedPayload.of(BOTH, SHAPES), BOTH));

			assertThat(peer.receive()).isEqualTo(WITH_TYPES);
			assertThat(peer.receive()).isEqualTo(WITHOUT_TYPES);
		}
	}

	@Test
	void sendWhenThereAreManyChildrenThenEachHasTheTypes() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY));
				DuctPeer first = Peers.of(parent);
				DuctPeer second = Peers.of(parent)) {
			parent.send(TypedPayload.of(BOTH, SHAPES));

			assertThat(first.receive()).isEqualTo(WITH_TYPES);
			assertThat(second.receive()).isEqualTo(WITH_TYPES);
		}
	}

	@Test
	void requestWhenTypedBothWaysThenTheTypesArrive() throws Exception {
		try (DuctPair pair = pair((parent) -> parent.handler(DuctHandler.answering((from, message) -> {
			List<Shape> shapes = message.as(SHAPES);
			return TypedPayload.of(List.of(shapes.get(1), shapes.get(0)), SHAPES);
		})), (child) -> child)) {
			assertThat(pair.child().<List<Shape>>request(TypedPayload.of(BOTH, SHAPES), SHAPES, SOON))
				.containsExactly(new Square(3), new Circle(2));
			assertThat(pair.child()
				.<List<Shape>>requestAsync(TypedPayload.of(BOTH, SHAPES), SHAPES, SOON)
				.get(10, TimeUnit.SECONDS)).containsExactly(new Square(3), new Circle(2));
		}
	}

	@Test
	void replyWhenTypedThenTheTypesArrive() {
		try (DuctPair pair = pair(
				(parent) -> parent.handler((from, message) -> message.reply(TypedPayload.of(BOTH, SHAPES))),
				(child) -> child)) {
			assertThat(pair.child().<List<Shape>>request(1, SHAPES, SOON)).isEqualTo(BOTH);
		}
	}

	@Test
	void sendWhenTypedValueIsNullThenIsAMessage() {
		try (DuctPair pair = pair()) {
			pair.child().send(TypedPayload.of(null, SHAPES));

			assertThat(pair.parent().recv()).isNull();
		}
	}

	@Test
	void sendWhenCodecKnowsNoTypesThenTheValueIsWrittenAsItIs() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.codec(MessageCodec.bytes()));
				DuctPeer peer = Peers.of(parent)) {
			parent.send(TypedPayload.of(new byte[] { 'a', 'b' }, byte[].class));

			assertThat(peer.receive()).isEqualTo("ab");
		}
	}

	@Test
	void sendWhenTheTypeIsThatOfTheValueThenWrittenAsWithoutIt() {
		try (DuctPair pair = pair()) {
			pair.child().send(TypedPayload.of(Map.of("a", 1), Map.class));

			assertThat(pair.parent().recv()).isEqualTo(Map.of("a", 1));
		}
	}

}
