/**
 * The translation engine: report bytes in, RDMA operations out. One thread, no I/O of its own, no
 * allocation per report.
 *
 * <p>{@link io.dta.translator.engine.TranslationEngine} takes datagrams and hands every report to
 * the translator of its store, which posts to the queue pairs of an {@link
 * io.dta.translator.engine.EngineContext}. Where each report went is in {@link
 * io.dta.translator.engine.EngineCounters}.
 */
package io.dta.translator.engine;
