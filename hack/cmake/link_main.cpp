// The link check's program: linking is the test, running it does nothing.
int main() { return 0; }
