package io.ductworks.internal.transport;

import java.lang.reflect.Method;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TlsOptionsTests {

	private static final DuctAddress.Tcp ADDRESS = new DuctAddress.Tcp("localhost", 1);

	private static final Supplier<SSLContext> CONTEXT = () -> {
		try {
			return SSLContext.getDefault();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	};

	@Test
	void enginesWhenParametersAreChangedAfterwardsThenDoNotMind() {
		SSLParameters parameters = new SSLParameters();
		parameters.setNeedClientAuth(true);
		TlsOptions options = new TlsOptions(CONTEXT, parameters);

		parameters.setNeedClientAuth(false);
		parameters.setProtocols(new String[] { "TLSv1.2" });
		parameters.setEndpointIdentificationAlgorithm("");

		assertThat(options.parentEngine().getNeedClientAuth()).isTrue();
		assertThat(options.parentEngine().getEnabledProtocols()).containsExactly("TLSv1.3");
		assertThat(options.childEngine(ADDRESS).getSSLParameters().getEndpointIdentificationAlgorithm())
			.isEqualTo("HTTPS");
	}

	@Test
	void enginesWhenParametersSayNothingThenSpeakTheLatestVersionOnly() {
		TlsOptions options = new TlsOptions(CONTEXT, new SSLParameters());

		assertThat(Stream.of(options.parentEngine(), options.childEngine(ADDRESS)))
			.allSatisfy((engine) -> assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3"))
			.extracting(SSLEngine::getUseClientMode)
			.containsExactly(false, true);
	}

	@Test
	void copyWhenParametersAreSetThenHasThemAll() throws Exception {
		SSLParameters parameters = new SSLParameters(new String[] { "TLS_AES_256_GCM_SHA384" },
				new String[] { "TLSv1.3", "TLSv1.2" });
		parameters.setWantClientAuth(true);
		parameters.setAlgorithmConstraints(CONTEXT.get().getDefaultSSLParameters().getAlgorithmConstraints());
		parameters.setEndpointIdentificationAlgorithm("LDAPS");
		parameters.setServerNames(List.of(new SNIHostName("ducts.example")));
		SNIMatcher matcher = SNIHostName.createSNIMatcher("ducts[.]example");
		parameters.setSNIMatchers(List.of(matcher));
		parameters.setUseCipherSuitesOrder(!parameters.getUseCipherSuitesOrder());
		parameters.setEnableRetransmissions(false);
		parameters.setMaximumPacketSize(1234);
		parameters.setApplicationProtocols(new String[] { "duct" });

		for (Method setter : SSLParameters.class.getMethods()) {
			if (List.of("setSignatureSchemes", "setNamedGroups").contains(setter.getName())) {
				setter.invoke(parameters, (Object) new String[] { "any" });
			}
		}
		Map<String, Object> properties = properties(parameters);
		properties.remove("getNeedClientAuth");

		Map<String, Object> unset = properties(new SSLParameters());
		assertThat(properties).allSatisfy(
				(property, value) -> assertThat(value).as("set %s", property).isNotEqualTo(unset.get(property)));
		assertThat(properties(SslParametersCopy.of(parameters))).isEqualTo(properties(parameters));
	}

	@Test
	void copyWhenClientsHaveToShowACertificateThenStillDo() throws Exception {
		SSLParameters parameters = new SSLParameters();
		parameters.setNeedClientAuth(true);

		assertThat(properties(SslParametersCopy.of(parameters))).isEqualTo(properties(parameters));
	}

	@Test
	void copyWhenNothingIsSetThenNothingIsSetInIt() throws Exception {
		assertThat(properties(SslParametersCopy.of(new SSLParameters()))).isEqualTo(properties(new SSLParameters()));
	}

	/**
	 * What all getters of this JDK give.
	 */
	private static Map<String, Object> properties(SSLParameters parameters) throws ReflectiveOperationException {
		Map<String, Object> properties = new TreeMap<>();
		for (Method method : SSLParameters.class.getMethods()) {
			if (method.getName().startsWith("get") && method.getDeclaringClass() == SSLParameters.class) {
				Object value = method.invoke(parameters);
				properties.put(method.getName(), (value instanceof Object[] values) ? List.of(values) : value);
			}
		}
		return properties;
	}

}
