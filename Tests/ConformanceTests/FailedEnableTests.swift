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
}
