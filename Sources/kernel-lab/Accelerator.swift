/// Finds out whether the processor's own virtualisation works here.
struct Accelerator {
    let cache: String
    /// Where the guest that is tried has its files.
    let directory: String
    /// True to try whatever was found out before.
    let isFresh: Bool
    let tree: KernelTree
    let initramfs: String
    let progress: Progress

    /// What works boots in a second or two; what does not may hang for ever.
    private static let trialSeconds = 20

    /// What was asked for, or what a short boot shows to work; the answer is kept until the machine boots again.
    func choose(_ wish: Acceleration?) async -> Acceleration {
        if let wish { return wish }
        guard Files.exists("/dev/kvm") else { return .tcg }
        let boot = Files.read("/proc/sys/kernel/random/boot_id") ?? ""
        let file = "\(cache)/acceleration"
        let kept = (Files.read(file) ?? "").split(separator: " ").map(String.init)
        if !isFresh, kept.count == 2, kept[1] == boot, let known = Acceleration(rawValue: kept[0]) { return known }
        progress.say("trying whether KVM works here (\(Self.trialSeconds) s at most)")
        let description = MachineDescription(tree: tree, initramfs: initramfs, acceleration: .kvm)
        var result = Acceleration.kvm
        do throws(LabError) {
            _ = try await VirtualMachine.withMachine(
                description, in: "\(directory)/trial", bootSeconds: Self.trialSeconds, { _ in true })
            progress.say("KVM works")
        } catch {
            result = .tcg
            progress.say("KVM does not work here; software emulation it is (--fresh tries again): \(error.problem)")
        }
        Files.remove("\(directory)/trial")
        try? Files.write("\(result.rawValue) \(boot)", to: file)
        return result
    }
}
