import Conformance
import Livepatch
import Testing

/// A module prints in its init function, and then the init function fails.
@Suite struct FailedInitTests {
    private let manifest = Manifest(
        livepatches: [
            LivepatchDescription(
                name: "fix",
                objects: [
                    ObjectDescription(name: Event.vmlinux, callbacks: [.prePatch]),
                    ObjectDescription(name: "driver", callbacks: [.prePatch]),
                ], replace: .fixed(false), states: [])
        ], modules: [ModuleDescription(name: "driver", initLine: "driver_init", exitLine: "driver_exit")])

    private func verdict(after error: String, end: String = "") -> Verdict? {
        Dmesg(
            """
            % insmod driver.ko
            driver: driver_init
            \(error)
            livepatch: enabling patch 'fix'
            livepatch: 'fix': initializing patching transition
            fix: pre_patch_callback: vmlinux
            livepatch: 'fix': starting patching transition
            livepatch: 'fix': completing patching transition
            livepatch: 'fix': patching complete
            \(end)
            """
        ).analysis(manifest: manifest)?.verdict
    }

    @Test func aLivepatchDoesNotCallBackForAModuleWhoseLoadFailed() {
        #expect(verdict(after: "insmod: ERROR: could not insert module driver.ko: Input/output error") == .conforms)
        #expect(verdict(after: "modprobe: ERROR: could not insert 'driver': Input/output error") == .conforms)
    }

    /// An init function may fail without a word.
    @Test func thatTheInitFunctionPrintedDoesNotProveTheLoad() {
        #expect(verdict(after: "% true") == .inconclusive)
        #expect(verdict(after: "insmod: ERROR: could not insert module driver.ko: File exists") == .inconclusive)
    }

    @Test func aModuleThatExitsLaterWasLoaded() {
        #expect(verdict(after: "% true", end: "driver: driver_exit") == .violates)
    }
}
