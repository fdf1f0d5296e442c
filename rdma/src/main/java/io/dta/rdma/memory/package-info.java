/**
 * Registered memory: the regions that remote peers write to, mapped from anonymous memory or from
 * files, and the table that finds one by its remote key.
 */
package io.dta.rdma.memory;
