/** What a run was like: loads, queues and completion times, in bounded memory. */
package io.dta.fattree.statistics;
