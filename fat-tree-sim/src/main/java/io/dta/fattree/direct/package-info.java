/**
 * DART ("Direct Telemetry Access", HotNets 2021, sections 3 and 4): switches that write RDMA
 * themselves, straight into the collectors' memory, with no translator.
 */
package io.dta.fattree.direct;
