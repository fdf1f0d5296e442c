/** The virtual machine with the kernel's soft-RoCE driver, and the way to it. */
package io.dta.softroce.guest;
