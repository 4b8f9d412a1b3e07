package io.ductworks.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.ductworks.peer.DuctPeer;
import io.ductworks.peer.RpcAnswer;
import io.ductworks.peer.RpcCall;
import io.ductworks.peer.RpcError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

/**
 * The warehouse in Python alone, with the shop played by the test.
 */
@Timeout(60)
class WarehouseScriptTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String META = "\"_meta\":{\"traceparent\":\"00-" + TRACE + "-b7ad6b7169203331-01\"}";

	@TempDir
	private Path directory;

	private DuctPeer shop;

	private Process warehouse;

	@BeforeEach
	void start() throws IOException {
		this.shop = DuctPeer.listen("unix:" + this.directory.resolve("shop.sock"));
		this.warehouse = new ProcessBuilder("python3", "-I", Path.of("src/main/resources/warehouse.py").toString(),
				this.shop.address())
			.redirectError(log().toFile())
			.start();
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.shop.close();
		this.warehouse.destroy();
		assertThat(this.warehouse.waitFor(10, TimeUnit.SECONDS)).isTrue();
	}

	private Path log() {
		return this.directory.resolve("warehouse.log");
	}

	@Test
	void callWhenItIsOfATraceThenItsIdIsLoggedAndGoesBackToTheShop() {
		RpcAnswer restocked = this.shop.rpc()
			.call("stock.restock",
					"{\"sku\":\"nail\",\"pieces\":2," + META.replace("}", ",\"progressToken\":7}") + "}");
		this.shop.rpc().expectCall("price.get", "{\"sku\":\"nail\"," + META + "}").result("{\"cents\":5}");
		restocked.expectResult("{\"sku\":\"nail\",\"pieces\":10002,\"cents\":10}");
		assertThat(contentOf(log().toFile())).contains("[" + TRACE + "] stock.restock {'sku': 'nail', 'pieces': 2}");
	}

	@Test
	void callsWhenTheyComeWhileTheShopIsAskedThenAreAnsweredMeanwhile() {
		RpcAnswer first = this.shop.rpc().call("stock.restock", "[\"nail\", 1]");
		RpcCall firstPrice = this.shop.rpc().expectCall("price.get");
		RpcAnswer second = this.shop.rpc().call("stock.restock", "[\"hammer\", 1]");
		RpcCall secondPrice = this.shop.rpc().expectCall("price.get");
		this.shop.rpc().notification("stock.count", "[\"nail\"]");
		assertThat(this.shop.rpc().call("stock.count", "[\"nail\"]").result()).contains("10000");
		firstPrice.result("{\"cents\":5}");
		secondPrice.result("{\"cents\":1800}");
		assertThat(second.result()).contains("1800");
		assertThat(first.result()).contains("10001");
		assertThat(contentOf(log().toFile())).contains("[no trace] stock.count ['nail']");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			stock.burn    |                               | -32601 | 404 | stock.burn
			stock.count   |                               | -32602 | 400 | missing a required argument: 'sku'
			stock.count   | {"sku":"nail","shelf":1}      | -32602 | 400 | unexpected keyword argument 'shelf'
			stock.count   | {"sku":"anvil"}               | -32602 | 404 | anvil
			stock.restock | {"sku":"nail","pieces":"two"} | -32602 | 400 | pieces must be a positive number
			""")
	void callWhenItCannotBeAnsweredThenSaysWhyByTheCodesOfTheSpecification(String method, String params, int code,
			int status, String detail) {
		RpcError error = this.shop.rpc().call(method, params).error();

		assertThat(error.code()).isEqualTo(code);
		assertThat(error.data()).contains("\"status\": " + status, detail);
	}

	@Test
	void callWhenTheShopDoesNotAnswerThenHasFailedAndTheNextIsFine() {
		RpcAnswer restocked = this.shop.rpc().call("stock.restock", "[\"nail\", 1]");
		this.shop.rpc().expectCall("price.get").error(-32603, "The listener failed");

		assertThat(restocked.error().code()).isEqualTo(-32603);
		assertThat(restocked.error().data()).contains("\"status\": 500", "price.get failed: The listener failed");
		assertThat(this.shop.rpc().call("stock.count", "[\"nail\"]").result()).contains("10000");
	}

	@Test
	void orderWhenItIsBareThenGetsAReceipt() {
		this.shop.send("{\"customer\": \"ada\", \"items\": [{\"sku\": \"nail\", \"quantity\": 3}]}");
		this.shop.expect((receipt) -> receipt.contains("\"number\": \"P-1\"") && receipt.contains("\"pieces\": 3"));
	}

}
