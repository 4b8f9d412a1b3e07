package io.ductworks.benchmarks;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	private static final Environment ENVIRONMENT = new Environment("2026-01-02", "Linux 6.1", "A <fast> processor", 2,
			"A JVM 17", List.of("-Xmx1g"), "--rounds 3", Map.of("Netty", "4.2"));

	private final List<Result> results = new ArrayList<>();

	@TempDir
	private Path directory;

	@Test
	void medianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
		measured("R1", "c", 30, 10, 20, 40);

		assertThat(results().median("R1", "c")).hasValue(25);
	}

	@Test
	void ratioIsOursDividedByTheContenders() {
		measured("R1", "ductworks", 12, 11, 30);
		measured("R1", "c", 10, 9, 11);

		assertThat(new Report(results(), noJmh()).ratios())
			.contains("| R1 | round trip, 64 bytes, Unix, one core: µs | 12 (11–30) | 10 (9–11) **1.2 ×** |");
	}

	@Test
	void scenariosWithSpringCompareTheDuctsOfSpring() {
		measured("S1-tcp", "ductworks-spring", 50);
		measured("S1-tcp", "rsocket", 100);
		measured("S1-tcp", "grpc", 100);

		assertThat(new Report(results(), noJmh()).ratios()).contains("| 50 | 100 **0.5 ×** | 100 **0.5 ×** |");
		assertThat(verdict("S1", "TCP", "RSocket").outcome()).isEqualTo("met");
		assertThat(verdict("S1", "TCP", "gRPC").outcome()).isEqualTo("not met");
	}

	@Test
	void figureThatIsRoundedToItsBoundSaysByHowMuchItMissesIt() {
		measured("R1", "ductworks", 12.04);
		measured("R1", "c", 10);

		assertThat(verdict("R1", "round trip", "C").figure().text()).isEqualTo("1.2");
		assertThat(verdict("R1", "round trip", "C").outcome()).isEqualTo("not met, by 0.3 %");
	}

	@Test
	void failedRoundsAreToldAndDoNotCount() {
		measured("R1", "c", 10);
		this.results.add(new Result("R1", "c", 2, Map.of(), "it did not end"));

		assertThat(new Report(results(), noJmh()).ratios()).contains("| 10 (1 failed) |");
	}

	@Test
	void roundTripMayTakeAtMostItsPartOfTheLimit() {
		measured("R1", "ductworks", 12);
		measured("R1", "c", 10);
		measured("R2", "ductworks", 12.1);
		measured("R2", "c", 10);

		assertThat(verdict("R1", "round trip", "C").outcome()).isEqualTo("met");
		assertThat(verdict("R2", "round trip", "C").outcome()).isEqualTo("not met");
	}

	@Test
	void bestPeerOfOneWayIsTheFastestOverEitherTransport() {
		measured("T1-unix", "ductworks", 9e6);
		measured("T1-tcp", "ductworks", 9e6);
		measured("T1-unix", "netty", 3.1e6);
		measured("T1-tcp", "netty", 2.5e6);
		measured("T1-tcp", "jeromq", 2.8e6);
		measured("T1-unix", "raw", 12e6);

		Verdict unix = verdict("T1", "Unix", "best peer");
		assertThat(unix.demand()).isEqualTo("≥ 3 × best peer (Netty, Unix)");
		assertThat(unix.outcome()).isEqualTo("not met");
		Verdict tcp = verdict("T1", "TCP", "best peer");
		assertThat(tcp.demand()).isEqualTo("≥ 3 × best peer (JeroMQ, TCP)");
		assertThat(tcp.outcome()).isEqualTo("met");
	}

	@Test
	void bestPeerOfRoundTripIsTheOneThatTakesLeast() {
		measured("R4-unix", "ductworks", 40);
		measured("R4-unix", "netty", 91);
		measured("R4-tcp", "rsocket", 80);

		assertThat(verdict("R4", "JSON", "best peer")).satisfies((verdict) -> {
			assertThat(verdict.demand()).isEqualTo("≤ 0.55 × best peer (RSocket, TCP)");
			assertThat(verdict.figure().median()).isEqualTo(0.5);
			assertThat(verdict.outcome()).isEqualTo("met");
		});
	}

	@Test
	void jmhGivesWhatJacksonAndAllocationCome() {
		measured("T3-unix", "ductworks", 430_000);
		String json = """
				[{"benchmark": "a.CodecBenchmark.plainRead", "primaryMetric": {"score": 2000}},
				{"benchmark": "a.CodecBenchmark.plainWrite", "primaryMetric": {"score": 500}},
				{"benchmark": "a.PairBenchmark.sendAndRecv", "primaryMetric": {"score": 3000},
				"secondaryMetrics": {"gc.alloc.rate.norm": {"score": 144.02}}}]""";
		JmhFigures jmh = new JmhFigures(JsonMapper.shared().readTree(json));

		List<Verdict> verdicts = Targets.evaluate(results(), jmh);

		assertThat(find(verdicts, "T3", "Unix", "Jackson").figure().median()).isEqualTo(0.86);
		assertThat(find(verdicts, "A1", "allocated", "").outcome()).isEqualTo("met");
	}

	@Test
	void whatIsMissingIsNotMeasured() {
		List<Verdict> verdicts = Targets.evaluate(results(), noJmh());

		assertThat(verdicts).extracting(Verdict::outcome).containsOnly("not measured");
		assertThat(verdicts).extracting(Verdict::target)
			.contains("R1", "R2", "R3", "R4", "T1", "T2", "T3", "L1", "S1", "S2", "S3", "M1", "M2", "A1");
	}

	@Test
	void idleConnectionsGiveMemoryThreadsAndTheBusyOne() {
		this.results.add(new Result("M1", "ductworks", 1,
				Map.of(Result.VALUE, 1.9, "threads added", 1.0, "alone", 10.0, "beside", 11.0), null));

		assertThat(verdict("M1", "kB", "").outcome()).isEqualTo("met");
		assertThat(verdict("M1", "threads", "").outcome()).isEqualTo("not met");
		assertThat(verdict("M2", "beside", "").figure().median()).isEqualTo(1.1);
	}

	@Test
	void plotIsWellFormed() throws Exception {
		measured("R1", "ductworks", 10);
		measured("R2", "netty", 30);
		measured("T1-unix", "c", 37e6);
		measured("T1-tcp", "rsocket", 110_000);

		String svg = Plot.draw(results());

		DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
		assertThat(svg).contains("Ductworks, Unix", "Netty, TCP", "37 M", "A &lt;fast> processor");
	}

	@Test
	void plotOfASingleFigureIsDrawnToo() {
		measured("T1-unix", "c", 1e6);

		assertThat(Plot.draw(results())).doesNotContain("NaN").doesNotContain("Infinity");
	}

	@Test
	void pageHasTablesPlotAndCommand() throws IOException {
		measured("R1", "ductworks", 10);

		new Document(results(), noJmh()).write(this.directory, this.directory.resolve("docs"));

		assertThat(this.directory.resolve("docs/performance.md")).content()
			.contains("performance.svg", "Linux 6.1", "ductworks-benchmarks.jar --rounds 3", "- Netty 4.2", "| R1 |",
					"not measured", "- raw JDK: ");
		assertThat(this.directory.resolve("docs/performance.svg")).exists();
		assertThat(this.directory.resolve("report.md")).exists();
	}

	@Test
	void resultsSurviveTheirFile() {
		measured("R1", "ductworks", 10);
		this.results.add(new Result("R1", "c", 1, Map.of(), "no"));
		Path file = this.directory.resolve("results.json");

		results().write(file);

		assertThat(Results.read(file)).isEqualTo(results());
		assertThat(Files.exists(file)).isTrue();
	}

	@Test
	void quantitiesHaveThreeDigits() {
		assertThat(Quantity.of(12_345_678)).isEqualTo("12.3 M");
		assertThat(Quantity.of(123_456)).isEqualTo("123 k");
		assertThat(Quantity.of(1234)).isEqualTo("1230");
		assertThat(Quantity.of(9.876)).isEqualTo("9.88");
		assertThat(Quantity.of(0.0048)).isEqualTo("0.0048");
		assertThat(Quantity.of(1.2)).isEqualTo("1.2");
		assertThat(Quantity.of(0)).isEqualTo("0");
	}

	private void measured(String scenario, String contender, double... figures) {
		for (int i = 0; i < figures.length; i++) {
			this.results.add(new Result(scenario, contender, i + 1, Map.of(Result.VALUE, figures[i]), null));
		}
	}

	private Results results() {
		return new Results(ENVIRONMENT, List.copyOf(this.results));
	}

	private static JmhFigures noJmh() {
		return new JmhFigures(JsonMapper.shared().createArrayNode());
	}

	private Verdict verdict(String target, String what, String demand) {
		return find(Targets.evaluate(results(), noJmh()), target, what, demand);
	}

	private static Verdict find(List<Verdict> verdicts, String target, String what, String demand) {
		return verdicts.stream()
			.filter((verdict) -> verdict.target().equals(target) && verdict.what().contains(what)
					&& verdict.demand().contains(demand))
			.findFirst()
			.orElseThrow();
	}

}
