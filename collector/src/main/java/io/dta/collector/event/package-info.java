/**
 * Reports that wanted the CPU's attention: what arrives as RDMA WRITE with immediate, on its way to
 * those who subscribed to it.
 */
package io.dta.collector.event;
