/**
 * Reports from the network to the engines: a Netty socket that reads many datagrams a system call,
 * the memory it reads into, and the hand-off to the shards.
 *
 * <p>Nothing is copied between the kernel and an engine: the socket reads into {@link
 * io.dta.translator.source.ReceiveMemory}, and engines parse there. With {@code threading: shared}
 * the socket calls the engine; with {@code threading: disruptor} a {@link
 * io.dta.translator.source.DisruptorHandOff} passes references to the shards' threads.
 */
package io.dta.translator.source;
