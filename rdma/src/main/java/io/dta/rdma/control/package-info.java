/**
 * The messages by which a requester and a responder connect where RDMA CM is not used: JSON over
 * the collector's HTTP API.
 */
package io.dta.rdma.control;
