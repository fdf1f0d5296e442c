/** Links and switches that fail and are repaired. */
package io.dta.fattree.failure;
