package io.ductworks.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of ducts.
 */
public enum DuctObservation implements ObservationDocumentation {

	/**
	 * A listener takes a message, from its decoding until its answer was sent.
	 */
	INCOMING {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultDuctReceiverObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return IncomingKeyNames.values();
		}

	},

	/**
	 * A duct sends a message, or a request until it is answered.
	 */
	OUTGOING {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultDuctSenderObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return OutgoingKeyNames.values();
		}

	};

	/**
	 * The keys of {@link #INCOMING}. Each has a value always.
	 */
	public enum IncomingKeyNames implements KeyName {

		/** The name of the duct. */
		DUCT {

			@Override
			public String asString() {
				return "duct";
			}

		},

		/** Whether the duct is a {@code parent} or a {@code child}. */
		ROLE {

			@Override
			public String asString() {
				return "role";
			}

		},

		/** What the duct runs over: {@code unix}, {@code tcp} or {@code inproc}. */
		TRANSPORT {

			@Override
			public String asString() {
				return "transport";
			}

		},

		/** Whether the sender waits for an answer: {@code request} or {@code message}. */
		KIND {

			@Override
			public String asString() {
				return "kind";
			}

		},

		/** The id of the listener. */
		LISTENER {

			@Override
			public String asString() {
				return "listener";
			}

		},

		/** How it ended, {@code unknown} while it goes on. */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		}

	}

	/**
	 * The keys of {@link #OUTGOING}. Each has a value always.
	 */
	public enum OutgoingKeyNames implements KeyName {

		/** The name of the duct. */
		DUCT {

			@Override
			public String asString() {
				return "duct";
			}

		},

		/** Whether the duct is a {@code parent} or a {@code child}. */
		ROLE {

			@Override
			public String asString() {
				return "role";
			}

		},

		/** What the duct runs over: {@code unix}, {@code tcp} or {@code inproc}. */
		TRANSPORT {

			@Override
			public String asString() {
				return "transport";
			}

		},

		/** Whether an answer is waited for: {@code request} or {@code message}. */
		KIND {

			@Override
			public String asString() {
				return "kind";
			}

		},

		/** The method of JSON-RPC, {@code none} in a bare duct. */
		METHOD {

			@Override
			public String asString() {
				return "method";
			}

		},

		/** How it ended, {@code unknown} while it goes on. */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		}

	}

}
