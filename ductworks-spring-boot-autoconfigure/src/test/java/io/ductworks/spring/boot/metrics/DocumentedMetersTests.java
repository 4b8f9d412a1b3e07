package io.ductworks.spring.boot.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctMetricsAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.listener.DuctListener;
import io.ductworks.spring.listener.ListenerOutcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of meters in {@code docs/operations.md} are what is registered, no more and
 * no less.
 */
@ExtendWith(NothingLeftBehind.class)
class DocumentedMetersTests {

	private static final Path OPERATIONS = Path.of("").toAbsolutePath().resolveSibling("docs/operations.md");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	@Test
	void tableWhenComparedWithWhatIsRegisteredThenIsTheSame() {
		Map<String, Set<String>> common = new TreeMap<>();
		rows("tag of each meter")
			.forEach((cells) -> common.put(code(cells.get(0)).get(0), new TreeSet<>(code(cells.get(1)))));
		Map<String, Described> documented = new TreeMap<>();
		rows("meter").forEach((cells) -> documented.put(code(cells.get(0)).get(0), Described.of(cells)));
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0")) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class,
						DuctMetricsAutoConfiguration.class, MetricsAutoConfiguration.class))
				.withBean(SimpleMeterRegistry.class)
				.withUserConfiguration(Echo.class)
				.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
						"ductworks.parent.stock.pseudo-anonymous=true",
						"ductworks.child.billing.address=" + parent.listenerAddress())
				.run((context) -> {
					Map<String, List<Meter>> registered = context.getBean(MeterRegistry.class)
						.getMeters()
						.stream()
						.filter((meter) -> meter.getId().getName().startsWith("ductworks."))
						.collect(Collectors.groupingBy((meter) -> meter.getId().getName()));

					assertThat(documented).containsOnlyKeys(registered.keySet());
					documented.forEach((name, meter) -> {
						List<Meter> meters = Objects.requireNonNull(registered.get(name));
						Map<String, Set<String>> tags = tags(meters, meter.tags());
						assertThat(tags.keySet()).as(name).containsAll(common.keySet());
						tags.keySet().removeAll(common.keySet());
						Meter.Id id = meters.get(0).getId();
						assertThat(new Described(id.getType().name().toLowerCase(Locale.ROOT),
								Objects.requireNonNullElse(id.getBaseUnit(), ""), tags))
							.as(name)
							.isEqualTo(meter);
					});
					assertThat(tags(Objects.requireNonNull(registered.get("ductworks.messages")), common))
						.containsAllEntriesOf(common);
				});
		}
	}

	@Test
	void reasonsWhenComparedWithWhatThereIsThenAreTheSame() {
		assertThat(rows("reason").flatMap((cells) -> code(cells.get(0)).stream()))
			.containsExactlyInAnyOrderElementsOf(Arrays.stream(CloseReason.values()).map(CloseReason::tag).toList());
	}

	@Test
	void outcomesWhenComparedWithWhatThereIsThenAreTheSame() {
		assertThat(outcomes(1)).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(RequestOutcome.values()).map(RequestOutcome::tag).toList());
		assertThat(outcomes(2)).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(ListenerOutcome.values()).map(ListenerOutcome::tag).toList());
	}

	/**
	 * The tags of meters and their values, which are left out where the table does.
	 */
	private static Map<String, Set<String>> tags(List<Meter> meters, Map<String, Set<String>> documented) {
		Map<String, Set<String>> tags = new TreeMap<>();
		for (Meter meter : meters) {
			for (Tag tag : meter.getId().getTags()) {
				Set<String> values = tags.computeIfAbsent(tag.getKey(), (key) -> new TreeSet<>());
				if (!Set.of().equals(documented.get(tag.getKey()))) {
					values.add(tag.getValue());
				}
			}
		}
		return tags;
	}

	private static List<String> outcomes(int column) {
		return rows("outcome").filter((cells) -> !cells.get(column).isEmpty())
			.flatMap((cells) -> code(cells.get(0)).stream())
			.toList();
	}

	/**
	 * The rows of the table whose first column has a heading.
	 */
	private static Stream<List<String>> rows(String heading) {
		try {
			return Files.readString(OPERATIONS)
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

	/**
	 * What the table says of a meter. A tag without values has too many of them to be
	 * listed there.
	 */
	private record Described(String type, String unit, Map<String, Set<String>> tags) {

		static Described of(List<String> cells) {
			Map<String, Set<String>> tags = new TreeMap<>();
			for (String tag : cells.get(3).split(";")) {
				List<String> names = code(tag);
				if (!names.isEmpty()) {
					tags.put(names.get(0), new TreeSet<>(names.subList(1, names.size())));
				}
			}
			return new Described(cells.get(1), String.join("", code(cells.get(2))), tags);
		}

	}

	static class Echo {

		@DuctListener("orders")
		String take(String message) {
			return message;
		}

	}

}
