/**
 * Reports and their acknowledgements as they travel in UDP datagrams. All integers are big-endian.
 */
package io.dta.primitives.wire;
