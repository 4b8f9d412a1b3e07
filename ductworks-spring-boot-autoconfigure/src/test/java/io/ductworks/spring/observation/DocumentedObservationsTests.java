package io.ductworks.spring.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.listener.ListenerOutcome;
import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of {@code docs/observability.md} are what {@link DuctObservation} says.
 */
class DocumentedObservationsTests {

	private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs/observability.md");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	@Test
	void observationsWhenComparedWithWhatThereAreThenAreTheSame() {
		assertThat(rows("observation").map((cells) -> code(cells.get(0)).get(0))).containsExactly(
				new DefaultDuctSenderObservationConvention().getName(),
				new DefaultDuctReceiverObservationConvention().getName());
		assertThat(DuctObservation.values()).hasSize(2);
	}

	@Test
	void keysWhenComparedWithWhatThereAreThenAreTheSame() {
		for (DuctObservation observation : DuctObservation.values()) {
			assertThat(keys(observation).keySet()).as(observation.name())
				.containsExactlyElementsOf(
						Arrays.stream(observation.getLowCardinalityKeyNames()).map(KeyName::asString).toList());
			assertThat(observation.getHighCardinalityKeyNames()).isEmpty();
		}
	}

	@Test
	void outcomesWhenComparedWithWhatThereAreThenAreTheSame() {
		assertThat(keys(DuctObservation.OUTGOING).get("outcome")).containsExactlyInAnyOrderElementsOf(
				withUnknown(Arrays.stream(RequestOutcome.values()).map(RequestOutcome::tag)));
		assertThat(keys(DuctObservation.INCOMING).get("outcome")).containsExactlyInAnyOrderElementsOf(
				withUnknown(Arrays.stream(ListenerOutcome.values()).map(ListenerOutcome::tag)));
	}

	private static List<String> withUnknown(Stream<String> outcomes) {
		return Stream.concat(outcomes, Stream.of("unknown")).toList();
	}

	/**
	 * The values that are listed for each key of an observation.
	 */
	private static Map<String, List<String>> keys(DuctObservation observation) {
		String name = (observation == DuctObservation.OUTGOING) ? "`ductworks.outgoing`" : "`ductworks.incoming`";
		Map<String, List<String>> keys = new LinkedHashMap<>();
		rows("key of " + name).forEach((cells) -> keys.put(code(cells.get(0)).get(0), code(cells.get(1))));
		return keys;
	}

	/**
	 * The rows of the table whose first column has a heading.
	 */
	private static Stream<List<String>> rows(String heading) {
		try {
			return Files.readString(PAGE)
				.lines()
				.dropWhile((line) -> !line.startsWith("| " + heading + " |"))
				.takeWhile((line) -> line.startsWith("|"))
				.skip(2)
				.map((line) -> Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static List<String> code(String cell) {
		return CODE.matcher(cell).results().map((match) -> match.group(1)).toList();
	}

}
