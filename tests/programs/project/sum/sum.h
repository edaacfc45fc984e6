long sum(int n);
