import Testing

@testable import kernel_lab

@Suite("Scenarios that a command names")
struct SelectionTests {
    @Test(
        "what a file is called does not lead out of the directory of the evidence",
        arguments: [
            ("mine.yaml", "mine"), ("../../../home/mine.yaml", "home/mine"), ("/tmp/./mine.yaml", "tmp/mine"),
            ("Golden/replace/reversed/scenario.yaml", "replace/reversed"), ("../scenario.yaml", "scenario"),
            ("..yaml", "scenario"), ("../.yaml", "scenario"),
        ])
    func title(path: String, title: String) {
        #expect(Selection.title(ofFile: path) == title)
    }
}
