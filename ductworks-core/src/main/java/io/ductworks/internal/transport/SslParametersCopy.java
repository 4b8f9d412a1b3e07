package io.ductworks.internal.transport;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

import javax.net.ssl.SSLParameters;

/**
 * Copies parameters of TLS. An engine could copy them as well, but puts values of its own
 * in place of those that were never set.
 */
final class SslParametersCopy {

	/** What JDK 19 and 20 have added. */
	private static final List<String> LATER = List.of("SignatureSchemes", "NamedGroups");

	private SslParametersCopy() {
	}

	static SSLParameters of(SSLParameters original) {
		SSLParameters copy = new SSLParameters(original.getCipherSuites(), original.getProtocols());
		// Each of these two sets the other to false.
		if (original.getNeedClientAuth()) {
			copy.setNeedClientAuth(true);
		}
		else {
			copy.setWantClientAuth(original.getWantClientAuth());
		}
		copy.setAlgorithmConstraints(original.getAlgorithmConstraints());
		copy.setEndpointIdentificationAlgorithm(original.getEndpointIdentificationAlgorithm());
		copy.setServerNames(original.getServerNames());
		copy.setSNIMatchers(original.getSNIMatchers());
		copy.setUseCipherSuitesOrder(original.getUseCipherSuitesOrder());
		copy.setEnableRetransmissions(original.getEnableRetransmissions());
		copy.setMaximumPacketSize(original.getMaximumPacketSize());
		copy.setApplicationProtocols(original.getApplicationProtocols());
		LATER.forEach((property) -> copyIfThere(property, original, copy));
		return copy;
	}

	private static void copyIfThere(String property, SSLParameters original, SSLParameters copy) {
		try {
			Method getter = SSLParameters.class.getMethod("get" + property);
			SSLParameters.class.getMethod("set" + property, getter.getReturnType())
				.invoke(copy, getter.invoke(original));
		}
		catch (NoSuchMethodException ex) {
			// This JDK is older than the property.
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException("the parameters of TLS cannot be copied", ex);
		}
	}

}
