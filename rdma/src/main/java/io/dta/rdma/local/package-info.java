/**
 * The queue pair of one host: remote memory that is mapped here too, and RDMA operations that are
 * plain stores.
 */
package io.dta.rdma.local;
