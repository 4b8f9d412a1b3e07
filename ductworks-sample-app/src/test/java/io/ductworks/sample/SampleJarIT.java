package io.ductworks.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample as it is shipped: the jar in a process of its own, as it is, processed ahead
 * of time, and with beans that are made when they are needed.
 */
@Timeout(120)
class SampleJarIT {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "-Dordinary", "-Dspring.aot.enabled=true", "-Dspring.main.lazy-initialization=true" })
	void jarWhenStartedThenOrdersGetReceipts(String option) throws Exception {
		Path log = this.directory.resolve("sample.log");
		Process sample = start(option, log);
		try {
			RestClient shop = RestClient.create("http://localhost:" + port(log));
			String response = shop.post()
				.uri("/orders")
				.contentType(MediaType.APPLICATION_JSON)
				.body("{\"customer\": \"ada\", \"items\": [{\"sku\": \"nail\", \"quantity\": 3}]}")
				.retrieve()
				.body(String.class);

			assertThat(response).contains("\"customer\":\"ada\"", "\"pieces\":3");
			assertThat(shop.post().uri("/stock/hammer?pieces=2").retrieve().body(String.class))
				.contains("\"cents\":3600");
		}
		finally {
			sample.destroy();
			assertThat(sample.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(log).content().doesNotContain("WARN", "ERROR");
		assertThat(log).content().contains(option.contains("aot") ? "Starting AOT-processed" : "Starting Sample");
		assertThat(this.directory.resolve("orders.sock")).doesNotExist();
		assertThat(this.directory.resolve("stock.sock")).doesNotExist();
	}

	private Process start(String option, Path log) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// To start soon, as spring-boot:run does.
		command.add("-XX:TieredStopAtLevel=1");
		command.add(option);
		command.add("-Djava.io.tmpdir=" + this.directory);
		command.addAll(List.of("-jar", System.getProperty("sample.jar"), "--server.port=0",
				"--orders.address=unix:" + this.directory.resolve("orders.sock"),
				"--stock.address=unix:" + this.directory.resolve("stock.sock")));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
	}

	private static int port(Path log) {
		return Integer.parseInt(await().atMost(Duration.ofSeconds(60)).until(() -> {
			Matcher started = PORT.matcher(Files.readString(log));
			return started.find() ? started.group(1) : "";
		}, (port) -> !port.isEmpty()));
	}

}
