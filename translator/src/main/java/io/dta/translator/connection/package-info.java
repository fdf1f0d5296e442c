/**
 * The way to the collectors: what their directories say, and one queue pair a collector and shard,
 * made over their HTTP API.
 */
package io.dta.translator.connection;
