/**
 * RDMA communication management in user space, over the UDP port that the data takes: makes and
 * ends queue pairs with anything that speaks {@code librdmacm} (InfiniBand Architecture
 * Specification 1.4, volume 1, chapter 12 and annex A11).
 */
package io.dta.rdma.cm;
