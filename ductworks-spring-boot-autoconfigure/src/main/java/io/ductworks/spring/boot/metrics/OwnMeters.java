package io.ductworks.spring.boot.metrics;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Adds meters to a registry that may outlive the ducts, and takes them out again. A meter
 * that was there before is not its own: a registry gives it back in place of a new one.
 * Thread-safe.
 */
final class OwnMeters {

	private final MeterRegistry registry;

	private final List<Meter> own = new CopyOnWriteArrayList<>();

	OwnMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Adds meters.
	 */
	Adding adding() {
		return new Adding(this.registry, Set.copyOf(this.registry.getMeters()), this.own);
	}

	void removeAll() {
		this.own.forEach(this.registry::remove);
		this.own.clear();
	}

	/**
	 * Some meters to add at a time.
	 *
	 * @param before the meters that were there before
	 */
	record Adding(MeterRegistry registry, Set<Meter> before, List<Meter> own) {

		/**
		 * Adds a meter.
		 * @param register registers it
		 * @return the meter, or the one with the same name and tags that was there
		 */
		<M extends Meter> M add(Function<MeterRegistry, M> register) {
			M meter = register.apply(this.registry);
			if (!this.before.contains(meter)) {
				this.own.add(meter);
			}
			return meter;
		}

	}

}
