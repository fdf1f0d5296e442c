/**
 * What happens between collectors and a switch: queue pairs are made on the switch's behalf, and
 * what the switch has in its tables follows the collectors as they come, go and are started again.
 */
package io.dta.p4.control;
