import Conformance
import Testing

/// What is known of a livepatch that failed comes from its failure alone.
@Suite struct FailedEnableTests {
    /// The livepatch has no pre_patch for the kernel, so that only post_unpatch shows that the kernel came before the module.
    @Test func whatIsUndoneLiesBeforeTheObjectThatFailed() {
        let log = Dmesg(
            """
            driver: driver_init
            livepatch: enabling patch 'fix'
            livepatch: 'fix': initializing patching transition
            fix: pre_patch_callback: driver -> [MODULE_STATE_LIVE] Normal state
            livepatch: pre-patch callback failed for object 'driver'
            livepatch: failed to enable patch 'fix'
            livepatch: 'fix': canceling patching transition, going to unpatch
            livepatch: 'fix': completing unpatching transition
            fix: post_unpatch_callback: vmlinux
            livepatch: 'fix': unpatching complete
            """)
        #expect(log.analysis()?.verdict == .conforms)
    }

    @Test func theObjectThatFailedIsNotUndone() {
        let log = Dmesg(
            """
            livepatch: enabling patch 'fix'
            livepatch: 'fix': initializing patching transition
            fix: pre_patch_callback: driver -> [MODULE_STATE_LIVE] Normal state
            livepatch: pre-patch callback failed for object 'driver'
            livepatch: failed to enable patch 'fix'
            livepatch: 'fix': canceling patching transition, going to unpatch
            livepatch: 'fix': completing unpatching transition
            fix: post_unpatch_callback: driver -> [MODULE_STATE_LIVE] Normal state
            livepatch: 'fix': unpatching complete
            """)
        #expect(log.analysis()?.verdict == .violates)
    }

    /// The module's exit line says that it can be followed, its init line that it was loaded; only the failure tells of the object.
    @Test func anObjectThatOnlyTheFailureNamesWasLoaded() {
        let log = Dmesg(
            """
            driver: driver_init
            livepatch: enabling patch 'fix'
            fix: pre_patch_callback: vmlinux
            livepatch: failed to register ftrace handler for function 'driver_write' (-16)
            livepatch: failed to patch object 'driver'
            livepatch: failed to enable patch 'fix'
            fix: post_unpatch_callback: vmlinux
            livepatch: 'fix': unpatching complete
            driver: driver_exit
            """)
        #expect(log.analysis()?.verdict == .conforms)
    }

    /// The first load of the module failed after its init function had printed; the second one is not told from it by any line but
    /// those of the livepatches.
    @Test func twoLivepatchesMayFailOfOneModule() {
        let log = Dmesg(
            """
            driver: driver_init
            insmod: ERROR: could not insert module driver.ko: No such device
            driver: driver_init
            livepatch: enabling patch 'fix'
            fix: pre_patch_callback: driver -> [MODULE_STATE_LIVE] Normal state
            livepatch: failed to register ftrace handler for function 'driver_write' (-16)
            livepatch: failed to patch object 'driver'
            livepatch: failed to enable patch 'fix'
            fix: post_unpatch_callback: driver -> [MODULE_STATE_LIVE] Normal state
            livepatch: 'fix': unpatching complete
            livepatch: enabling patch 'hardening'
            livepatch: failed to register ftrace handler for function 'driver_write' (-16)
            livepatch: failed to patch object 'driver'
            livepatch: failed to enable patch 'hardening'
            livepatch: 'hardening': unpatching complete
            driver: driver_exit
            """)
        #expect(log.analysis()?.verdict == .conforms)
    }
}
