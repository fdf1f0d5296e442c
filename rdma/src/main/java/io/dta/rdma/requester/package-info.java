/**
 * What queue pairs of every make have in common on the requester's side: how operations complete in
 * groups, how what a failed queue pair holds moves to another one, and what is counted.
 */
package io.dta.rdma.requester;
