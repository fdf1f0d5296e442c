/** The memory of the stores: one registered region a store, anonymous or in a file. */
package io.dta.collector.region;
