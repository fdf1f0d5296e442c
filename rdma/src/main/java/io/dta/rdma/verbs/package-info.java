/**
 * RDMA NICs, and the kernel's soft-RoCE, through libibverbs and librdmacm by the Foreign Function
 * &amp; Memory API: no JNI, no library of our own, nothing but Debian's {@code rdma-core}.
 *
 * <p>{@link io.dta.rdma.verbs.VerbsResponder} lets requesters into registered memory, {@link
 * io.dta.rdma.verbs.RdmaDevices} says what devices there are. The libraries are loaded when they
 * are first needed; where they are missing, the {@link io.dta.rdma.verbs.VerbsException} says what
 * to install.
 */
package io.dta.rdma.verbs;
