package io.ductworks.message;

/**
 * What a duct promises, whatever it runs over.
 */
interface DuctContract extends MessageContract, InterruptContract, EndContract, RequestContract, AnswerContract,
		UnreadContract, HandlerContract, SendTimeoutContract, WireFaultContract, PeerFaultContract {

}
