/**
 * What passes a UDP socket, as whole packets in a pcapng file that tcpdump, tshark and Wireshark
 * read.
 */
package io.dta.rdma.capture;
