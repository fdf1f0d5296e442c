/**
 * The five stores: how each lies in a memory region, and the readers that answer queries from one.
 *
 * <p>A {@link io.dta.primitives.store.Store} is configuration and layout in one: it is what a
 * translator needs to write and a collector to read. Regions are plain arrays; their address and
 * rkey are in the {@link io.dta.primitives.directory.Directory}, never in the region.
 */
package io.dta.primitives.store;
