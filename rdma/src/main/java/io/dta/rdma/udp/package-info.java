/** UDP ports: the seam between RoCEv2 and the network. */
package io.dta.rdma.udp;
