/**
 * A client of {@code simple_switch}'s runtime interface: Apache Thrift's binary protocol over TCP,
 * several services on one port. Calls and structures are written by hand after BMv2's interface
 * definitions ({@code standard.thrift}, {@code simple_pre_lag.thrift}, {@code
 * simple_switch.thrift}): a few of very many.
 */
package io.dta.p4.thrift;
