/** What responders of all kinds have in common. */
package io.dta.rdma.responder;
