/**
 * What lets translators in: an {@link io.dta.collector.connection.Rnic}, of software or behind a
 * library, and the queue pairs that translators asked it for, over HTTP or by RDMA CM.
 */
package io.dta.collector.connection;
