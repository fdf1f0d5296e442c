/**
 * The control plane of the P4 programs in {@code bmv2} and {@code tofino}: what is in their tables,
 * made of a collector's directory.
 */
package io.dta.p4;
