import Livepatch
import Testing

@Suite("What the kernel did not print is no event of the kernel")
struct ForgeryTests {
    private let recogniser = Recogniser()

    @Test(
        arguments: [
            "livepatch: enabling patch 'x'", "livepatch: 'x': patching complete", "livepatch: anything",
            "p: pre_patch_callback: vmlinux", "livepatch: signaling remaining tasks",
            "p: tainting kernel with TAINT_LIVEPATCH",
            "Kernel panic - not syncing: Fatal exception",
        ])
    func aLineOfAUserSpaceFacilityIsNoKernelEvent(line: String) {
        #expect(recogniser.recognise(line) != nil)
        #expect(recogniser.recognise(line, isFromUserSpace: true) == nil)
    }

    @Test func aWarningOfAUserSpaceFacilityIsNoKernelEvent() {
        let line = "WARNING: CPU: 1 PID: 88 at kernel/livepatch/core.c:996 __klp_enable_patch+0x1f/0x30"
        #expect(recogniser.recognise(line, isFromUserSpace: true) == nil)
    }

    @Test func aManifestsLineOfAUserSpaceFacilityIsNoKernelEvent() {
        let own = Recogniser(manifest: Manifest(callbackLines: [.prePatch: ["{patch}: about to patch {object}"]]))
        #expect(own.recognise("p: about to patch nfs", isFromUserSpace: true) == nil)
    }

    @Test(arguments: ["===== TEST: basic =====", "% insmod x.ko", "loading patch module: x.ko"])
    func aHarnessSpeaksFromUserSpace(line: String) {
        #expect(recogniser.recognise(line, isFromUserSpace: true) != nil)
    }

    @Test(
        arguments: [
            "somebody wrote livepatch: enabling patch 'fake'", "audit: msg=livepatch: enabling patch 'fake'",
            "echo: see livepatch: enabling patch 'fake'", "quote:\"livepatch: enabling patch 'fake'\"",
            "xlivepatch: enabling patch 'fake'", "livepatch enabling patch 'fake'",
        ])
    func textThatMerelyContainsAMessageIsNoEvent(line: String) {
        #expect(recogniser.recognise(line) == nil)
    }

    @Test(arguments: ["systemd[1]: livepatch: enabling patch 'fake'", "my-test: livepatch: 'x': patching complete"])
    func aProgramsNameBeforeAMessageIsNoDecoration(line: String) {
        #expect(recogniser.recognise(line) == nil)
    }

    @Test(arguments: ["", " ", "\t\r", "  livepatch", "usb 1-1: new high-speed USB device number 2 using xhci_hcd"])
    func aLineOfSomethingElseIsNoEvent(line: String) {
        #expect(recogniser.recognise(line) == nil)
    }
}
