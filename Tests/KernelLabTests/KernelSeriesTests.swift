import Scenarios
import TestSupport
import Testing

@testable import kernel_lab

@Suite("Series of kernels")
struct KernelSeriesTests {
    @Test(
        "only the plain, signed images of the series are of use",
        arguments: [
            ("6.1", "linux-image-6.1.0-56-amd64", true), ("6.1", "linux-image-6.1.0-56-cloud-amd64", false),
            ("6.1", "linux-image-6.1.0-56-amd64-dbg", false), ("6.1", "linux-image-6.12.1-amd64", false),
            ("6.12", "linux-image-6.12.117+deb12-amd64", true), ("6.12", "linux-image-6.12.117+deb12-rt-amd64", false),
            ("6.12", "linux-image-6.12.117+deb12-amd64-unsigned", false), ("7", "linux-image-7.2.13+deb14-amd64", true),
        ])
    func image(series: String, package: String, isImage: Bool) throws {
        #expect(try #require(KernelSeries.named(series)).isImage(package) == isImage)
    }

    @Test(
        "kernels that the lab does not know, none at all, and one twice are refused",
        arguments: ["4.19", "", ",", "6.1,", "6.1,6.1"])
    func refused(names: String) {
        #expect(throws: (any Error).self) { try KernelOption.parse(["--kernel", names]) }
    }

    @Test("several kernels are taken in the order in which they are named")
    func several() throws {
        #expect(try KernelOption.parse(["--kernel", "6.12,5.10"]).series.map(\.name) == ["6.12", "5.10"])
        #expect(try KernelOption.parse(["--kernel", "all"]).series.map(\.name) == ["5.10", "6.1", "6.12", "7"])
    }

    @Test("7 is not given a kprobe that has to be refused, 6.12 is")
    func kprobe() throws {
        let scenario = try ScenarioFile.read(
            SmallScenario.text(steps: "- load: fix\n- {occupy: down_killable, fails: EBUSY}"), name: "test")
        #expect(KernelSeries.named("7")?.reason(against: scenario) != nil)
        #expect(KernelSeries.named("6.12") != nil && KernelSeries.named("6.12")?.reason(against: scenario) == nil)
    }

    @Test("5.10 is not given what forces a transition, 6.1 is")
    func force() throws {
        let scenario = try ScenarioFile.read(
            SmallScenario.text(steps: "- block: down_killable\n- {load: fix, pending: true}\n- force: fix"),
            name: "test")
        #expect(KernelSeries.named("5.10")?.reason(against: scenario) != nil)
        #expect(KernelSeries.named("6.1") != nil && KernelSeries.named("6.1")?.reason(against: scenario) == nil)
        var gentle = scenario
        gentle.steps.removeLast()
        #expect(KernelSeries.named("5.10")?.reason(against: gentle) == nil)
    }
}
