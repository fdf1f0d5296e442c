/** Threads that sleep until one of several descriptors can be read. */
package io.dta.rdma.sleep;
