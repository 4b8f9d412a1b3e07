package io.ductworks.spring.lifecycle;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Which ducts could not take over the last new certificates that there were for them, and
 * so go on with the ones before. Thread-safe.
 */
public final class CertificateReloads {

	private final Clock clock;

	private final Map<String, Failure> failures = new ConcurrentHashMap<>();

	/**
	 * Creates a record without failures.
	 * @param clock tells when a reload failed
	 */
	public CertificateReloads(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Notes that a duct uses new certificates.
	 * @param duct the name of the duct
	 */
	public void succeeded(String duct) {
		this.failures.remove(duct);
	}

	/**
	 * Notes that a duct cannot use new certificates.
	 * @param duct the name of the duct
	 * @param failure why
	 */
	public void failed(String duct, Exception failure) {
		String message = failure.getMessage();
		this.failures.put(duct,
				new Failure((message != null) ? message : failure.getClass().getSimpleName(), this.clock.instant()));
	}

	/**
	 * Says whether a duct waits for certificates that it can use.
	 * @param duct the name of the duct
	 * @return its last reload if that failed, {@code null} if it did not, or if there was
	 * none
	 */
	public @Nullable Failure failure(String duct) {
		return this.failures.get(duct);
	}

	/**
	 * A reload that failed.
	 *
	 * @param message why
	 * @param since when
	 */
	public record Failure(String message, Instant since) {
	}

}
