/**
 * The translator: takes DTA reports over UDP and writes them into collectors' memory by RDMA.
 *
 * <pre>
 *   source ──► DisruptorHandOff ──► engine, one a shard ──► queue pair, one a collector and shard
 *   (one thread)   (rings)             (a thread each)          (of the connection package)
 * </pre>
 *
 * <p>{@link io.dta.translator.Translator} is the service; a {@link
 * io.dta.translator.TranslatorContext} configures it. {@code source} receives, {@code engine}
 * translates, {@code connection} knows the collectors.
 */
package io.dta.translator;
