/**
 * Reports become datagrams: batching, sequence numbers and retransmission, pacing, injected loss.
 */
package io.dta.fattree.send;
