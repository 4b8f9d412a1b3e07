package io.ductworks.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.ductworks.message.MessageDuctParent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample as its users run it: in one process, in two, and with Python.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class SampleApplicationTests {

	private static final String ORDER = """
			{"customer": "ada", "items": [{"sku": "nail", "quantity": 3}]}""";

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	@TempDir
	private Path directory;

	@Test
	void sampleWhenRunInOneProcessThenOrdersGetReceipts(CapturedOutput output) {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			ResponseEntity<String> response = order(sample, ORDER);

			assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
			assertThat(response.getBody()).contains("\"customer\":\"ada\"", "\"pieces\":3", "\"number\":\"J-");
			await().untilAsserted(() -> assertThat(output).contains("Receipt[number=J-", "customer=grace"));
		}
		assertThat(this.directory.resolve("orders.sock")).doesNotExist();
	}

	@Test
	void sampleWhenAskedForMetersThenShowsTheTraffic() {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			order(sample, ORDER);

			String meters = client(sample).get().uri("/actuator/prometheus").retrieve().body(String.class);

			assertThat(meters).contains("ductworks_messages_total", "ductworks_message_bytes_total",
					"ductworks_connections{", "ductworks_listener_seconds_count", "ductworks_request_seconds_count");
			assertThat(client(sample).get().uri("/actuator/metrics/ductworks.messages").retrieve().body(String.class))
				.contains("\"name\":\"ductworks.messages\"");
		}
	}

	@Test
	void sampleWhenAskedForHealthThenShowsEachDuct() {
		try (ConfigurableApplicationContext sample = start("", unix(),
				"management.endpoint.health.show-details=always")) {
			order(sample, ORDER);

			assertThat(get(sample, "/actuator/health/ducts").getBody())
				.contains("\"orders\":{", "\"address\":\"unix:", "\"children\":1")
				.contains("\"warehouse\":{", "\"state\":\"connected\"", "\"status\":\"UP\"")
				.doesNotContain("DOWN", "OUT_OF_SERVICE");
			assertThat(get(sample, "/actuator/health/liveness").getBody()).contains("UP").doesNotContain("ducts");
		}
	}

	@Test
	void sampleWhenAskedForDuctsThenShowsWhoIsConnected() {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			order(sample, ORDER);

			assertThat(get(sample, "/actuator/ducts").getBody()).startsWith("{\"ducts\":{\"orders\":{")
				.contains("\"warehouse\":{", "\"peer\":\"" + System.getProperty("user.name") + "\"", "\"age\":\"PT")
				.doesNotContain("ada", "nail");
			assertThat(get(sample, "/actuator/ducts/orders").getBody()).contains("\"role\":\"parent\"")
				.doesNotContain("warehouse");
			assertThat(get(sample, "/actuator/ducts/absent").getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
		}
	}

	@Test
	void shopWhenOrderIsNotValidThenAnswersBadRequest() {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			assertThat(order(sample, "{\"customer\": \"\", \"items\": []}").getStatusCode())
				.isEqualTo(HttpStatus.BAD_REQUEST);
		}
	}

	@Test
	void shopWhenWarehouseRefusesThenAnswersWithItsProblem() {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			ResponseEntity<String> response = order(sample,
					"{\"customer\": \"ada\", \"items\": [{\"sku\": \"anvil\", \"quantity\": 1}]}");

			assertThat(response.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
			assertThat(response.getBody()).contains("No such article", "anvil");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void warehouseWhenShopIsRestartedThenComesBack(String transport) {
		ConfigurableApplicationContext shop = start("shop", transport.equals("unix") ? unix() : Addresses.TCP);
		Addresses real = transport.equals("unix") ? unix() : Addresses.of(shop);
		try (ConfigurableApplicationContext warehouse = start("warehouse", real)) {
			assertThat(order(shop, ORDER).getStatusCode()).isEqualTo(HttpStatus.OK);

			shop.close();
			shop = start("shop", real);

			assertThat(order(shop, ORDER).getStatusCode()).isEqualTo(HttpStatus.OK);
			assertThat(warehouse.isActive()).isTrue();
		}
		finally {
			shop.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void shopWhenWarehouseIsInPythonThenOrdersGetReceipts(String transport) {
		try (ConfigurableApplicationContext shop = start("python", transport.equals("unix") ? unix() : Addresses.TCP)) {
			assertThat(order(shop, ORDER).getBody()).contains("\"number\":\"P-", "\"pieces\":3");
			assertStockIsKept(shop);
		}
	}

	@Test
	void shopWhenAskedForStockThenAsksTheWarehouseWhichAsksBack() {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			assertStockIsKept(sample);
		}
	}

	private static void assertStockIsKept(ConfigurableApplicationContext shop) {
		assertThat(get(shop, "/stock/saw").getBody()).contains("\"pieces\":20}");
		assertThat(restock(shop, "saw", 2).getBody()).contains("\"pieces\":22,", "\"cents\":5000");
		assertThat(get(shop, "/stock/saw").getBody()).contains("\"pieces\":22}");
		assertThat(get(shop, "/stock/anvil")).satisfies((response) -> {
			assertThat(response.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
			assertThat(response.getBody()).contains("No such article", "anvil");
		});
		assertThat(restock(shop, "saw", -1).getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
	}

	@Test
	void traceWhenStockIsOrderedOverHttpThenIsOneInTheLogOfTheWarehouse(CapturedOutput output) {
		try (ConfigurableApplicationContext sample = start("", unix())) {
			assertThat(restock(sample, "saw", 2).getStatusCode()).isEqualTo(HttpStatus.OK);

			assertThat(output)
				.containsPattern("\\[" + TRACE_ID + "-[0-9a-f]{16}] io.ductworks.sample.Shelves +: 2 more of saw");
		}
	}

	@Test
	void traceWhenTheWarehouseIsInPythonThenIsOneInItsLog() throws IOException {
		Path log = this.directory.resolve("warehouse.log");
		try (ConfigurableApplicationContext shop = start("shop", unix())) {
			Process warehouse = new ProcessBuilder("python3",
					new ClassPathResource("warehouse.py").getFile().toString(), unix().stock())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			try {
				assertThat(restock(shop, "saw", 2).getStatusCode()).isEqualTo(HttpStatus.OK);
			}
			finally {
				warehouse.destroy();
			}
		}
		assertThat(log).content().contains("[" + TRACE_ID + "] stock.restock");
	}

	@Test
	void shopWhenThereIsNoWarehouseThenAnswersUnavailable() {
		try (ConfigurableApplicationContext shop = start("shop", unix(),
				"ductworks.parent.orders.request-timeout=200ms")) {
			assertThat(order(shop, ORDER).getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		}
	}

	@Test
	void sampleWhenStoppedThenEndsWithinTwoSecondsAndLeavesNoSocketFile() {
		ConfigurableApplicationContext sample = start("", unix());
		assertThat(Files.exists(this.directory.resolve("orders.sock"))).isTrue();

		await().atMost(Duration.ofSeconds(2)).until(() -> {
			sample.close();
			return true;
		});

		assertThat(this.directory.resolve("orders.sock")).doesNotExist();
	}

	private Addresses unix() {
		return new Addresses("unix:" + this.directory.resolve("orders.sock"),
				"unix:" + this.directory.resolve("stock.sock"));
	}

	private static ConfigurableApplicationContext start(String profile, Addresses addresses, String... properties) {
		return new SpringApplicationBuilder(SampleApplication.class).web(WebApplicationType.SERVLET)
			.profiles(profile.isEmpty() ? new String[0] : new String[] { profile })
			.properties(properties)
			.run("--server.port=0", "--orders.address=" + addresses.orders(), "--stock.address=" + addresses.stock());
	}

	private static RestClient client(ConfigurableApplicationContext context) {
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		return RestClient.builder()
			.baseUrl("http://localhost:" + port)
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build();
	}

	private static ResponseEntity<String> get(ConfigurableApplicationContext context, String path) {
		return client(context).get().uri(path).retrieve().toEntity(String.class);
	}

	private static ResponseEntity<String> order(ConfigurableApplicationContext context, String order) {
		return client(context).post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body(order)
			.retrieve()
			.toEntity(String.class);
	}

	private static ResponseEntity<String> restock(ConfigurableApplicationContext context, String sku, int pieces) {
		return client(context).post()
			.uri("/stock/{sku}?pieces={pieces}", sku, pieces)
			.header("traceparent", "00-" + TRACE_ID + "-b7ad6b7169203331-01")
			.retrieve()
			.toEntity(String.class);
	}

	/**
	 * Where the two ducts are.
	 */
	private record Addresses(String orders, String stock) {

		static final Addresses TCP = new Addresses("tcp://localhost:0", "tcp://localhost:0");

		static Addresses of(ConfigurableApplicationContext shop) {
			return new Addresses(address(shop, "ordersDuct"), address(shop, "stockDuct"));
		}

		private static String address(ConfigurableApplicationContext shop, String duct) {
			return shop.getBean(duct, MessageDuctParent.class).listenerAddress().toString();
		}

	}

}
