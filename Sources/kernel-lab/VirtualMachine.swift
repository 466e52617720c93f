import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// How qemu runs a guest.
enum Acceleration: String, Sendable {
    /// The processor's own virtualisation.
    case kvm
    /// Software emulation.
    case tcg
}

/// What a virtual machine is made of.
struct MachineDescription: Sendable {
    let tree: KernelTree
    let initramfs: String
    let acceleration: Acceleration

    /// Memory of a guest, in MiB; the ring buffer takes 8 of them.
    private static let memory = 768

    /// qemu's arguments.
    func arguments(share: String, serial: String) -> [String] {
        let accelerator: String
        switch acceleration {
        case .kvm: accelerator = "kvm"
        case .tcg: accelerator = "tcg,thread=\(tree.series.threads.rawValue)"
        }
        let kernel =
            [
                "console=ttyS0,115200", "panic=-1", "log_buf_len=8M", "quiet", "nowatchdog", "oops=panic",
                "rcupdate.rcu_cpu_stall_timeout=300",
            ] + tree.series.arguments
        return [
            "-accel", accelerator, "-cpu", "max", "-m", "\(Self.memory)", "-smp", "2", "-display", "none",
            "-nodefaults",
            "-no-reboot", "-kernel", tree.image, "-initrd", initramfs, "-append", kernel.joined(separator: " "),
            "-serial", "file:\(serial)", "-virtfs", "local,path=\(share),mount_tag=lab,security_model=none",
        ]
    }
}

/// A guest that runs: it performs the jobs that are put into the directory it shares with the host.
struct VirtualMachine: Sendable {
    /// The directory that it shares with the host.
    let share: String
    /// What it printed on its serial console.
    let serial: String
    private let isRunning: @Sendable () -> Bool

    /// Why a guest did not do what it was asked.
    enum Failure: Error {
        /// It is gone: the kernel panicked, or qemu ended.
        case gone
        /// It did not answer in time.
        case silent
    }

    /// How long a guest may take to boot: emulation on a busy machine needs up to half a minute.
    static let bootSeconds = 180
    private static let pollInterval = Duration.milliseconds(50)

    /// Runs a guest while `body` runs, and ends it then, whatever happened.
    ///
    /// - Throws: `LabError` if qemu cannot be run or the guest does not boot.
    static func withMachine<Value: Sendable>(
        _ description: MachineDescription, in directory: String, bootSeconds: Int = bootSeconds,
        _ body: @Sendable @escaping (VirtualMachine) async -> Value
    ) async throws(LabError) -> Value {
        let share = "\(directory)/share"
        let serial = "\(directory)/serial.log"
        Files.remove(directory)
        try Files.makeDirectory("\(share)/jobs")
        let arguments =
            ["--pdeathsig", "KILL", "qemu-system-x86_64"] + description.arguments(share: share, serial: serial)
        var options = PlatformOptions()
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        let result: Result<Value, Failure>
        let words: String
        do {
            let run = try await Subprocess.run(
                .name("setpriv"), arguments: Arguments(arguments), platformOptions: options, input: .none,
                output: .discarded, error: .string(limit: 1 << 16)
            ) { execution -> Result<Value, Failure> in
                let process = execution.processIdentifier.value
                let machine = VirtualMachine(share: share, serial: serial) { Processes.isAlive(process) }
                let outcome: Result<Value, Failure>
                do throws(Failure) {
                    try await machine.wait(for: "\(share)/booted", seconds: bootSeconds)
                    outcome = .success(await body(machine))
                } catch {
                    outcome = .failure(error)
                }
                await execution.teardown(using: [
                    .send(signal: .terminate, allowedDurationToNextStep: .seconds(2))
                ])
                return outcome
            }
            result = run.closureResult
            words = run.standardError
        } catch {
            throw LabError("qemu cannot be run: \(error)", advice: "Install the Debian package qemu-system-x86.")
        }
        switch result {
        case .success(let value): return value
        case .failure(let failure):
            if let reason = Files.read("\(share)/failure"), !reason.isEmpty {
                throw LabError(
                    "the guest gave up: \(reason.split(separator: "\n").joined(separator: " "))",
                    advice: "Name another kernel with --kernel, or run again with --fresh for a newer one.")
            }
            throw bootError(failure, serial: serial, words: words)
        }
    }

    /// Why a guest did not boot, in the words of qemu and of the guest's console.
    private static func bootError(_ failure: Failure, serial: String, words: String) -> LabError {
        if failure == .gone, !words.isEmpty {
            return LabError(
                "qemu-system-x86_64 ended at once: \(words.split(separator: "\n").prefix(4).joined(separator: "\n  "))",
                advice:
                    "If the message above does not help, try --acceleration tcg, or a directory without a comma for --cache."
            )
        }
        let console = Files.read(serial) ?? ""
        let tail = console.split(separator: "\n").suffix(8).map { "  " + $0 }.joined(separator: "\n")
        let why = failure == .gone ? "ended before it had booted" : "has not booted in time"
        return LabError(
            "the guest \(why); its console ends with\n\(tail.isEmpty ? "  (nothing)" : tail)",
            advice:
                "Look for a machine without memory or room, or one that is very busy; fewer guests at a time (--machines 1) may do."
        )
    }

    /// Waits for the guest to create a file.
    func wait(for file: String, seconds: Int) async throws(Failure) {
        let end = ContinuousClock.now + .seconds(seconds)
        while !Files.exists(file) {
            guard isRunning() else { throw .gone }
            guard ContinuousClock.now < end, !Task.isCancelled else { throw .silent }
            try? await Task.sleep(for: Self.pollInterval)
        }
    }
}
