/** Which hosts send how much to whom, and when. */
package io.dta.fattree.workload;
