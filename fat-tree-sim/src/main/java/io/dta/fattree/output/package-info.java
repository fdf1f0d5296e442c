/**
 * Where reports go: the product's engine within this process, a translator over UDP, a pcapng file,
 * or, without a translator, the memory of collectors.
 */
package io.dta.fattree.output;
